/** The first packet of a request, as the door saw it. */
export type SeenRequest = {
  readonly gateway: string
  readonly attemptId: string
  /** Equal for the same person at the same device; undefined where nothing tells the device apart. */
  readonly person: string | undefined
  /** Request Authenticator; equal with another port means that a NAT has changed. */
  readonly authenticator: string
  readonly port: number
  /** Our address it came to. */
  readonly server: string
  /** Whether it carries the State of a challenge. */
  readonly answersChallenge: boolean
  readonly atMs: number
}

/** How a request ended: its answer, or none. */
export type SeenEnd = {
  readonly attemptId: string
  /** `step`: of a conversation that a device carries on by itself, as in EAP. */
  readonly kind: 'accept' | 'reject' | 'challenge' | 'step' | 'none'
  /** Whether patience ended it while the person was still being asked. */
  readonly atMargin: boolean
  readonly atMs: number
}
