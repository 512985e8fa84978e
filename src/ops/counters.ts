/** What is counted. The reason of most is one of `signin/reasons.ts`; of `eap-lapses`, how far it had come. */
export type CounterName =
  | 'requests'
  | 'accepts'
  | 'challenges'
  | 'rejects'
  | 'drops'
  | 'accounting'
  | 'resends-joined'
  | 'resends-answered'
  | 'internal-errors'
  | 'eap-lapses'
  /** By what became of them: see NoticeFate. */
  | 'notices'
  /** Mails of campaigns: `sent` or `failed`. */
  | 'reminders'

export type Count = { readonly name: CounterName; readonly reason: string; readonly value: number }

/** Counts since the start of the process. */
export type Counters = {
  /** Adds one. */
  count(name: CounterName, reason?: string): void
  /** All counts that are not 0, by name and reason. */
  snapshot(): readonly Count[]
}

export function createCounters(): Counters {
  const values = new Map<CounterName, Map<string, number>>()
  return {
    count(name, reason = '') {
      let reasons = values.get(name)
      if (reasons === undefined) {
        reasons = new Map()
        values.set(name, reasons)
      }
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    },
    snapshot: () =>
      [...values]
        .flatMap(([name, reasons]) =>
          [...reasons].map(([reason, value]) => ({ name, reason, value })),
        )
        .sort((left, right) =>
          `${left.name} ${left.reason}` < `${right.name} ${right.reason}` ? -1 : 1,
        ),
  }
}
