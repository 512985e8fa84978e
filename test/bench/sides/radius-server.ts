/** A server under load: ours or another, in a process of its own. */
export type RadiusServer = {
  readonly pid: number
  /** On 127.0.0.1. */
  readonly port: number
  stop(): Promise<void>
}
