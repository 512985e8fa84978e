// A whole service in a process of its own whose commits last as long as its parent says, by messages
// with a number of milliseconds. Started by fork with the configuration file as its argument.
import { createApp } from '../../src/compose/index.ts'

const commitDelayMs = new Int32Array(new SharedArrayBuffer(4))
process.on('message', (delayMs) => {
  Atomics.store(commitDelayMs, 0, Number(delayMs))
  process.send?.('set')
})
process.on('disconnect', () => process.exit(0))

const app = await createApp({
  configFile: process.argv[2] ?? '',
  env: {},
  version: 'test',
  log: process.stderr,
  print: () => undefined,
  commitDelayMs,
})
await app.start()
process.send?.('ready')
