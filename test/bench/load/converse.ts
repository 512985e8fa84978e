import { cpuSeconds } from '../machine/process-cpu.ts'
import { type EapFiles, owner, serverName } from '../sides/eap-servers.ts'
import { benchSecret } from '../sides/gateway.ts'
import type { RadiusServer } from '../sides/radius-server.ts'
import type { EapMethod } from './eap-device.ts'
import type { EapLoader } from './eap-loader.ts'
import type { Measured } from './measured.ts'

/** Conversations of one kind, a number of devices at once. */
export type Conversations = {
  readonly method: EapMethod
  readonly resumes: boolean
  readonly atOnce: number
  readonly count: number
}

/** Runs conversations. Throws unless all were accepted, and resumed where they should be. */
export async function converse(
  loader: EapLoader,
  files: EapFiles,
  { pid, port }: Pick<RadiusServer, 'pid' | 'port'>,
  { method, resumes, atOnce, count }: Conversations,
): Promise<Measured> {
  const { caFile, certFile, keyFile } = files
  const before = cpuSeconds(pid)
  const result = await loader.run({
    ...{ caFile, certFile, keyFile, method, owner, serverName, port, resumes, atOnce },
    ...{ secret: benchSecret, conversations: count },
  })
  const cpuMicros = ((cpuSeconds(pid) - before) * 1e6) / count
  const { accepts, resumed, seconds, p50Ms, p99Ms } = result
  if (accepts < count || resumed !== (resumes ? count : 0)) {
    throw new Error(`${method}: ${JSON.stringify(result)} of ${count} conversations`)
  }
  return { requests: count, lost: 0, seconds, perSecond: count / seconds, cpuMicros, p50Ms, p99Ms }
}
