// The whole service, which tells its parent how much memory it has after a full collection.
import { join } from 'node:path'
import { createApp } from '../../../src/compose/index.ts'
import { usedBytes } from '../../support/heap.ts'
import { serveParent } from './server-script.ts'

const app = await createApp({
  configFile: join(process.argv[2] ?? '.', 'holdfast.yaml'),
  env: {},
  version: 'bench',
  log: process.stderr,
  print: () => undefined,
})
const { radius } = await app.start()
serveParent(radius[0]?.port ?? 0, usedBytes)
