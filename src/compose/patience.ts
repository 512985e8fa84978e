import {
  createPatienceWatch,
  memoryKey,
  memoryPrefix,
  type PatienceMemory,
  type PatienceWatch,
  parseMemory,
  type StartingValue,
} from '../patience/index.ts'
import type { GatewayRules } from '../signin/index.ts'
import type { SettingStore } from '../store/index.ts'
import type { Clock, Timer } from '../support/index.ts'
import type { RequestWatch } from '../transport/index.ts'

const saveEveryMs = 60_000

/** Learns the patience of gateways, and keeps it in the store. */
export type PatienceKeeper = {
  readonly watch: PatienceWatch
  /** What the listener tells; `learns` says whether a gateway goes by what was learnt. */
  requestWatch(learns: (gateway: string) => boolean): RequestWatch
  /** Takes up what earlier runs have learnt; from then on stores what is new once a minute. */
  load(): Promise<void>
  /** Stores what is new, and stops. */
  stop(): Promise<void>
}

export function createPatienceKeeper(
  clock: Clock,
  settings: SettingStore,
  onError: (error: unknown) => void,
): PatienceKeeper {
  const watch = createPatienceWatch()
  let timer: Timer | undefined

  async function save(): Promise<void> {
    watch.settle(clock.nowMs())
    for (const [gateway, memory] of watch.takeChanged()) {
      await settings.set(memoryKey(gateway), JSON.stringify(memory))
    }
  }

  function saveLater(): void {
    timer = clock.after(saveEveryMs, () => {
      const saved = timer
      save()
        .catch(onError)
        .finally(() => timer === saved && saveLater())
    })
  }

  return {
    watch,
    requestWatch: (learns) => createRequestWatch(watch, learns),
    async load() {
      for (const [gateway, memory] of await loadMemories(settings)) watch.restore(gateway, memory)
      saveLater()
    },
    async stop() {
      timer?.cancel()
      timer = undefined
      await save().catch(onError)
    },
  }
}

/** What a gateway is taken for before anything is learnt. */
export function startingValue({
  patienceMs,
  marginMs,
  challenges,
  flow,
}: Pick<GatewayRules, 'patienceMs' | 'marginMs' | 'challenges' | 'flow'>): StartingValue {
  // These flows end with a Reject at the margin, whatever the gateway can show.
  const canChallenge = challenges && flow !== 'hold' && flow !== 'append'
  return { patienceMs, marginMs, challenges: canChallenge }
}

/** What the store has learnt, by gateway; what cannot be read is left out. */
export async function loadMemories(
  settings: SettingStore,
): Promise<ReadonlyMap<string, PatienceMemory>> {
  const stored = await settings.list(memoryPrefix)
  return new Map(
    stored.flatMap(({ key, value }) => {
      const memory = parseMemory(value)
      return memory === undefined ? [] : [[key.slice(memoryPrefix.length), memory] as const]
    }),
  )
}

function createRequestWatch(
  watch: PatienceWatch,
  learns: (gateway: string) => boolean,
): RequestWatch {
  /** Attempts share one object until an estimate changes: a hundred thousand may be held. */
  const learnt = new WeakMap<GatewayRules, GatewayRules>()
  return {
    begin(packet) {
      const { rules, ownDevice } = packet
      // Field by field, here and in other objects of each request: a spread costs several times as much.
      const request = {
        gateway: rules.name,
        attemptId: packet.attemptId,
        person: packet.person,
        authenticator: packet.authenticator,
        port: packet.port,
        server: String(packet.socketId),
        answersChallenge: packet.answersChallenge,
        atMs: packet.atMs,
      }
      const mayLearn = learns(rules.name)
      const { patienceMs, marginMs } = watch.begin(
        request,
        startingValue(rules),
        // Somebody whose next try is not known again would be refused it while the first is held on.
        mayLearn && ownDevice,
      )
      if (!mayLearn) return rules
      const last = learnt.get(rules) ?? rules
      if (last.patienceMs === patienceMs && last.marginMs === marginMs) return last
      const next = { ...rules, patienceMs, marginMs }
      learnt.set(rules, next)
      return next
    },
    resend: watch.resend,
    end({ attemptId, kind, patienceEnded, atMs }) {
      watch.end({ attemptId, kind: kind === 'drop' ? 'none' : kind, atMargin: patienceEnded, atMs })
    },
  }
}
