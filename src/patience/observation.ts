/** What one packet, or one sign-in, has shown about its gateway. Times count from the first packet of the sign-in. */
export type Observation =
  /** A sign-in was begun. */
  | { readonly kind: 'sign-in' }
  /** The gateway still waited: it sent the request again or went on with another packet, or used the answer that left then. */
  | {
      readonly kind: 'waiting'
      readonly afterMs: number
      readonly by: 'resend' | 'follow-up' | 'challenge-answered' | 'nobody-again'
    }
  /** It had given up by then: the same sign-in came again, or an answer was not used. */
  | { readonly kind: 'gone'; readonly afterMs: number; readonly by: Gone }
  | { readonly kind: 'interval'; readonly ms: number }
  /** Its resends stopped while the request was held. `afterMs`: one interval behind the last of them. */
  | { readonly kind: 'gave-up'; readonly afterMs: number; readonly packets: number }
  /** A resend came after the answer: the answer was lost, or crossed it. */
  | { readonly kind: 'late-resend' }
  /** An Access-Challenge was sent; later perhaps: it was answered. */
  | { readonly kind: 'challenge'; readonly event: 'sent' | 'answered' }
  /** The gateway by itself went on with another packet. */
  | { readonly kind: 'followed'; readonly by: 'identifier' | 'port' | 'server' }
  /** The prompt was still open at the margin; `heldOn` where the request was held all the same. */
  | { readonly kind: 'margin'; readonly heldOn: boolean }
  /** A person did not get in because the gateway would not wait. */
  | { readonly kind: 'lost'; readonly atMs: number }

export type Gone = 'again-held' | 'again-answered' | 'silence'
