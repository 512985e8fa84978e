// A Holdfast of its own process that reaches Twilio at a stand-in, for tests that kill it.
import { createApp } from '../../src/compose/index.ts'
import { LoopbackClient } from './twilio-loopback.ts'

const [configFile = '', standInAddress = ''] = process.argv.slice(2)
const app = await createApp({
  configFile,
  env: {},
  version: '0.0.0',
  log: process.stderr,
  print: () => undefined,
  twilioHttpClient: new LoopbackClient({ address: standInAddress, faults: [] }),
})
await app.start()
console.log('started')
