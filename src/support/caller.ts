/** Who asks for an operation, as far as it is proven. */
export type Caller = CommandCaller | PortalCaller

/** A command, as far as the system proves who runs it. */
export type CommandCaller = {
  /**
   * Where the request came in; without `uid`, only the users who may open that are known. `store`: a command without a
   * service.
   */
  readonly via: 'admin-socket' | 'helpdesk-socket' | 'store'
  /** The user of the system, proven. */
  readonly uid?: number
  /** What the system calls that user. */
  readonly name?: string
  /** Who the caller says to be, such as SUDO_USER. Nothing proves it. */
  readonly says?: string
}

/** A person who is signed in at the portal, and asks about themselves. */
export type PortalCaller = {
  readonly via: 'portal'
  /** `User.key`: only it says whose data an operation is about. */
  readonly userKey: string
  readonly name: string
  /** SHA-256 of the session's token, 32 bytes: a change does not end the session of the person who makes it. */
  readonly tokenHash: Uint8Array
  /** Network address of the browser. */
  readonly address: string
  /** `setup`: after the password and one more proof, to set up a first authenticator and nothing else. */
  readonly session: 'setup' | 'whole'
  /** Whether a second factor was given a moment ago, for the very change that is asked for (PEOPLE R6). */
  readonly isConfirmed: boolean
}

/** For the audit: what is proven as `by` and `uid`, the rest as `says`. */
export function callerDetail(caller: Caller): Readonly<Record<string, string>> {
  const by = nameOfCaller(caller)
  if (caller.via === 'portal') return { by, via: caller.via, address: caller.address }
  const { via, uid, name, says } = caller
  return {
    by,
    ...(uid === undefined || name === undefined ? {} : { uid: String(uid) }),
    ...(says === undefined || says === name ? {} : { says }),
    via,
  }
}

/** `root`, `uid 1000`, or `unknown`; of the portal, the person's name. */
export function nameOfCaller(caller: Caller): string {
  if (caller.via === 'portal') return caller.name
  const { uid, name } = caller
  if (uid === undefined) return 'unknown'
  return name ?? `uid ${uid}`
}
