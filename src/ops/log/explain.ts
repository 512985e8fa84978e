/** An error for the log: its text, and where it came from. */
export function explain(error: unknown): { detail: string; stack?: string } {
  if (!(error instanceof Error)) return { detail: String(error) }
  return { detail: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) }
}
