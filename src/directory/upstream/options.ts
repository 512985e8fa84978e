import type { Directory } from '../../signin/index.ts'
import type { Clock, Secret } from '../../support/index.ts'
import type { ServerAddress } from './source-port.ts'

/** How a server that is down is asked whether it is back. */
export type Probe =
  /** Status-Server (RFC 5997). */
  | { readonly kind: 'status-server' }
  /** A sign-in of a user who does not exist: a refusal is an answer too. */
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'none' }

export type UpstreamServerOptions = ServerAddress & {
  readonly secret: Secret
  /** Takes replies without Message-Authenticator, which anyone on the way can forge (CVE-2024-3596). */
  readonly unsignedReplies: boolean
  /** Where they are not those of the directory. */
  readonly timeoutMs?: number | undefined
  readonly tries?: number | undefined
}

export type UpstreamOptions = {
  readonly name: string
  /** In the order they are asked. */
  readonly servers: readonly UpstreamServerOptions[]
  /** How long to wait for a reply before the request is sent again. */
  readonly timeoutMs: number
  /** How often a request is sent to one server, the first time included, before the next one is asked. */
  readonly tries: number
  readonly probe: Probe
  /** How often a server that is down is probed. Default 6 s, the least that RFC 3539 3.4.1 allows. */
  readonly probeEveryMs?: number | undefined
  /** How long a server that is down and has never answered a probe is left alone. Default 30 s. */
  readonly trialAfterMs?: number | undefined
  /** Requests that may wait for a reply at a time. */
  readonly inFlight: number
  /** Requests that may wait for one of these places. */
  readonly queue: number
  /** Finds people and knows their groups and phones. Undefined: only names are known. */
  readonly users:
    | Pick<
        Directory,
        'resolve' | 'resolveKey' | 'passwordSetMs' | 'passwordStamp' | 'shield' | 'lookAtShield'
      >
    | undefined
  /** Without `users`: domains in `CORP\alice` and `alice@corp.example` that mean the same person as `alice`. */
  readonly domains: readonly string[]
  /** Attributes of its Accept that ours carries too: paths joined by dots, such as `25` or `26.9.1`. */
  readonly pass: ReadonlySet<string>
  /** Whether people read what the server says about a refusal. */
  readonly showMessages: boolean
}

export type UpstreamEvent =
  | { readonly kind: 'server-down'; readonly server: string; readonly detail: string }
  | { readonly kind: 'server-up'; readonly server: string; readonly downMs: number }
  /** Something came that is not a reply: late, doubled, forged, or damaged. */
  | { readonly kind: 'reply-ignored'; readonly server: string; readonly reason: string }

export type UpstreamDeps = {
  readonly clock: Clock
  readonly log: (event: UpstreamEvent) => void
}
