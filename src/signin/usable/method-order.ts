import type { Method } from '../../accounts/index.ts'

/** Methods allowed here, the user's own preference first. */
export type MethodOrder = {
  readonly methods: readonly Method[]
  /** The user's own preference, where it is allowed: started without a menu. */
  readonly preferred: Method | undefined
}
