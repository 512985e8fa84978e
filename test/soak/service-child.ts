// A whole service in a process of its own that tells its parent how much memory it has, on `collect` after
// a full collection. Started by fork with the configuration file as its argument; ends with its parent.
import { createApp } from '../../src/compose/index.ts'
import { collectGarbage } from '../support/heap.ts'

process.on('message', (what) => {
  if (what === 'collect') collectGarbage()
  process.send?.(process.memoryUsage())
})
process.on('disconnect', () => process.exit(0))

const app = await createApp({
  configFile: process.argv[2] ?? '',
  env: {},
  version: 'soak',
  log: process.stderr,
  print: () => undefined,
})
await app.start()
process.send?.('ready')
