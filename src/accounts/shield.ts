/** What a lockout shield knows of a person's wrong passwords, for processes that check passwords side by side. */
export type SharedTries = {
  /** Wrong passwords since the last right one. */
  readonly wrong: number
  /** When the last of them was, milliseconds since 1970; 0: never. */
  readonly lastMs: number
  /** Another one after each try that may have been wrong; '' where there was none. */
  readonly mark: string
  /** The controller that they went to; '' for several. */
  readonly server: string
}

/** How a try ended. `none`: no password was tried. `unknown`: it may have been wrong. */
export type TriedPassword =
  | { readonly kind: 'none' }
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong' | 'unknown'; readonly server: string; readonly atMs: number }

/** One turn a person, in all processes of a database. */
export interface ShieldStore {
  look(userKey: string): Promise<SharedTries | undefined>
  /** Takes the turn, under a name that only this one has. Gives the name of the turn where another one has it. */
  take(
    userKey: string,
    turn: string,
    nowMs: number,
  ): Promise<SharedTries | { readonly busy: string }>
  /**
   * Takes the turn from one whose process seems to be gone, and counts its try as a wrong one. Undefined where it has
   * ended meanwhile, or another one was quicker.
   */
  takeOver(
    userKey: string,
    from: string,
    turn: string,
    nowMs: number,
  ): Promise<SharedTries | undefined>
  /** Ends the turn. Gives the mark of the person's tries from then on. */
  end(userKey: string, turn: string, tried: TriedPassword): Promise<string>
  purge(nowMs: number, stepRows: number): Promise<number>
}
