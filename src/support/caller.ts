/** Who asks for an operation, as far as it is proven. */
export type Caller = {
  /** Where the request came in; who may open that is all that is known without `uid`. `store`: a command without a service. */
  readonly via: 'admin-socket' | 'helpdesk-socket' | 'store'
  /** The user of the system, proven. */
  readonly uid?: number
  /** What the system calls that user. */
  readonly name?: string
  /** Who the caller says to be, such as SUDO_USER. Nothing proves it. */
  readonly says?: string
}

/** For the audit: what is proven as `by` and `uid`, the rest as `says`. */
export function callerDetail(caller: Caller): Readonly<Record<string, string>> {
  const { via, uid, name, says } = caller
  return {
    by: nameOfCaller(caller),
    ...(uid === undefined || name === undefined ? {} : { uid: String(uid) }),
    ...(says === undefined || says === name ? {} : { says }),
    via,
  }
}

/** `root`, `uid 1000`, or `unknown`. */
export function nameOfCaller({ uid, name }: Caller): string {
  if (uid === undefined) return 'unknown'
  return name ?? `uid ${uid}`
}
