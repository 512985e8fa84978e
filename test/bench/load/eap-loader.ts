import type { DeviceOwner, EapMethod } from './eap-device.ts'
import { startTool } from './loader.ts'

export type EapJob = {
  readonly port: number
  readonly secret: string
  readonly method: EapMethod
  readonly owner: DeviceOwner
  /** PEM: who vouches for the server, and what EAP-TLS shows of the device. */
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
  /** In the certificate of the server. */
  readonly serverName: string
  readonly conversations: number
  /** Devices, each with one conversation after the other. */
  readonly atOnce: number
  /** Comes back with sessions of the last job that did not, at the same server and by the same method. */
  readonly resumes: boolean
  /** Goes silent once its tunnel is open. */
  readonly leaves?: boolean
}

export type EapLoadResult = {
  readonly accepts: number
  /** How many of them the server let resume. */
  readonly resumed: number
  /** Access-Requests of all conversations. */
  readonly requests: number
  readonly seconds: number
  /** How long conversations took. */
  readonly p50Ms: number
  readonly p99Ms: number
}

export type EapLoader = {
  /** One job at a time. Throws where a request is not answered, or a device cannot go on. */
  run(job: EapJob): Promise<EapLoadResult>
  stop(): void
}

/** Starts the load process of eap-load.ts. */
export function startEapLoader(): EapLoader {
  return startTool<EapJob, EapLoadResult>('./eap-load.ts')
}
