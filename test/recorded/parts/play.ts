import { enrol, entryOf } from './people.ts'
import { Play, type Scenario } from './scenario.ts'
import { type Outside, startService } from './service.ts'
import { type AuditRow, auditRows, copyStore, describeAudit, spentLines } from './store-lines.ts'

type Settings = Readonly<Record<string, unknown>>

/** One service, and what happens at it, one scenario after the other. */
export type Script = {
  readonly about: string
  /** What the service talks to: started before it. */
  readonly outside?: Outside
  /** Parts of the configuration; a function where they say where things outside are. */
  readonly config?: Settings | (() => Settings)
  /** By name, each with what differs from the usual. */
  readonly gateways: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly files?: Readonly<Record<string, string>>
  /** By a short name. */
  readonly scenarios: Readonly<Record<string, Scenario>>
}

/** What one scenario came to, line by line. */
export type Recording = {
  readonly about: string
  readonly requests: number
  /** Of these, rounds of EAP that only carry a conversation on. */
  readonly rounds: number
  /** What was sent, heard and shown. */
  readonly story: readonly string[]
  /** The rows of the audit. */
  readonly audit: readonly string[]
  /** What was spent and counted, as the store has it at the end. */
  readonly spends: readonly string[]
}

/** Scenarios begin at full ten minutes, so that what happened before changes no step and no window. */
const slotMs = 600_000

/** Plays a script through a whole service, from datagrams to datagrams. */
export async function play(script: Script): Promise<Readonly<Record<string, Recording>>> {
  const scenarios = Object.entries(script.scenarios)
  const users = Object.fromEntries(
    scenarios.flatMap(([id, { people }]) =>
      Object.entries(people).map(([name, person]) => [nameOf(id, name), entryOf(person)]),
    ),
  )
  const own = () => (typeof script.config === 'function' ? script.config() : script.config)
  const service = await startService({
    outside: script.outside,
    config() {
      const { directories, ...config } = own() ?? {}
      return {
        ...config,
        directories: { people: { type: 'local', users }, ...(directories ?? {}) },
        gateways: gatewaysOf(script.gateways),
      }
    },
    ...(script.files && { files: script.files }),
    async prepare(store, nowMs) {
      // Side by side: what arrives together shares one commit.
      const everyone = scenarios.flatMap(([id, { people }]) =>
        Object.entries(people).map(([name, person]) =>
          enrol(store, nameOf(id, name), person, nowMs),
        ),
      )
      await Promise.all(everyone)
    },
  })
  const ended: Ended[] = []
  const audit: AuditRow[] = []
  try {
    for (const [index, [id, scenario]] of scenarios.entries()) {
      await service.pass(slotMs - (service.clock.nowMs() % slotMs), 60_000)
      service.takeShown()
      service.takeEvents()
      const host = `127.3.${Math.floor(index / 200)}.${1 + (index % 200)}`
      const stage = new Play(service, scenario, { prefix: nameOf(id, ''), host })
      try {
        await scenario.play(stage)
        await service.settle()
        const copy = copyStore(service.storeFile)
        const spends = spentLines(copy, stage.names, nameOf(id, ''), stage.startMs)
        audit.push(...auditRows(copy, audit.at(-1)?.seq ?? 0))
        copy.close()
        ended.push({ id, scenario, stage, spends })
        // What was left open comes to its end.
        await service.pass(stage.isOpen ? 120_000 : 60_000, stage.isOpen ? 1_000 : 60_000)
      } finally {
        stage.close()
      }
    }
    await service.pass(slotMs - (service.clock.nowMs() % slotMs), 60_000)
    const copy = copyStore(service.storeFile)
    audit.push(...auditRows(copy, audit.at(-1)?.seq ?? 0))
    copy.close()
  } finally {
    await service.stop()
  }
  return Object.fromEntries(
    ended.map((each, index) => [each.id, recordingOf(each, ended[index + 1], audit)]),
  )
}

type Ended = {
  readonly id: string
  readonly scenario: Scenario
  readonly stage: Play
  readonly spends: readonly string[]
}

/** With the rows that were written before the next scenario began. */
function recordingOf(
  { scenario, stage, spends }: Ended,
  next: Ended | undefined,
  audit: readonly AuditRow[],
): Recording {
  const { startMs, names, requests, rounds, story } = stage
  const untilMs = next?.stage.startMs ?? Number.POSITIVE_INFINITY
  const own = audit.filter(({ ended_at_ms: endedMs }) => endedMs >= startMs && endedMs < untilMs)
  const lines = own.map((row) => describeAudit(row, names, startMs))
  return { about: scenario.about, requests, rounds, story, audit: lines, spends }
}

/** People of one scenario are not those of another one. */
const nameOf = (id: string, person: string) => `${id}~${person}`

function gatewaysOf(gateways: Script['gateways']): Readonly<Record<string, unknown>> {
  const usual = {
    address: '127.0.0.0/8',
    secret: 'testing123',
    trust_nas_identifier: true,
    patience: '20s',
  }
  return Object.fromEntries(
    Object.entries(gateways).map(([name, gateway]) => [
      name,
      { ...usual, nas_identifier: name, ...gateway },
    ]),
  )
}
