/**
 * Why a signal aborts where another process has ended the same work: code that sees it lets go, and undoes nothing and
 * hangs up on no one.
 */
export const endedElsewhere: unique symbol = Symbol('ended elsewhere')
