import { createLocalDirectory, type LocalUser } from '../../../../src/directory/index.ts'
import { createCodeChecker } from '../../../../src/methods/index.ts'
import {
  type Adopt,
  createAdopt,
  createContinuationSealer,
  createKeyedHash,
} from '../../../../src/signin/index.ts'
import { createAccountStore } from '../../../../src/store/accounts/accounts.ts'
import { createAuthenticatorStore } from '../../../../src/store/accounts/authenticators.ts'
import { createPeople } from '../../../../src/store/accounts/people.ts'
import { createAuditLog } from '../../../../src/store/audit/audit.ts'
import { createAuditWriter } from '../../../../src/store/audit/writer.ts'
import type { Hints } from '../../../../src/store/hints.ts'
import type { Death, SharedRegistry } from '../../../../src/store/index.ts'
import { createSharedRegistry } from '../../../../src/store/shared/registry.ts'
import { createLimitStore } from '../../../../src/store/sign-ins/limits.ts'
import { createPauseStore } from '../../../../src/store/sign-ins/pauses.ts'
import { createPromptStore } from '../../../../src/store/sign-ins/prompts.ts'
import { createSpentStore } from '../../../../src/store/sign-ins/spent.ts'
import { createWorld, hashKey, type World } from '../../../signin/harness.ts'
import { createManualClock, type ManualClock } from '../../../support/manual-clock.ts'
import { createLine, type Line } from './line.ts'
import type { Phone } from './phone.ts'
import { type Member, modelNow, type Pool } from './pool.ts'

/** A process with a sign-in, a registry and stores of its own. Only the database and the phone know what others have done. */
export type ModelNode = {
  readonly name: string
  readonly line: Line
  readonly clock: ManualClock
  readonly registry: SharedRegistry
  readonly world: World
  readonly processId: () => string
  /** Told of another process that was declared dead. */
  hearDeath(processId: string): void
  state: 'starting' | 'awake' | 'stopped' | 'killed'
  wasStopped: boolean
  /** Time that has passed while it was stopped. */
  owedMs: number
  /** Lets it hear of what the database has done for it while it was stopped. */
  hearLate: (() => void) | undefined
}

/** Begins to start one. It takes requests once it is `awake`. */
export function startNode(
  pool: Pool,
  member: Member,
  parts: {
    readonly nowMs: number
    readonly shiftMs: number
    readonly user: LocalUser
    readonly phone: Phone
    readonly hints: Hints
  },
): ModelNode {
  const { shiftMs, user, phone, hints } = parts
  const clock = createManualClock(parts.nowMs + shiftMs)
  const line = createLine(member.connection)
  const context = pool.contextOf(member, line.connection, clock)
  const people = createPeople(context)
  const authenticators = createAuthenticatorStore(context, people)
  const deathListeners = new Set<(death: Death) => void>()
  const tellDeath = (processId: string, isOwn: boolean) => {
    for (const hear of deathListeners) hear({ processId, name: '', isOwn })
  }
  const nodes = {
    processId: () => member.connection.processId?.() ?? '',
    time: () => undefined,
    onDeath(listener: (death: Death) => void) {
      deathListeners.add(listener)
      return () => deathListeners.delete(listener)
    },
  }
  member.onRenewed = (before) => tellDeath(before, true)
  let adopt: Adopt = () => undefined
  const registry = createSharedRegistry(context, () => hints, nodes, {
    ...{ adopt: (kept) => adopt(kept), hourKeys: pool.keys, databaseNow: modelNow },
  })
  const name = `node-${pool.members.indexOf(member)}`
  const world = createWorld({
    ...{ clock, name, settings },
    parts: {
      accounts: createAccountStore(context, people),
      authenticators,
      spent: createSpentStore(context),
      limits: createLimitStore(context),
      pauses: createPauseStore(context, people),
      prompts: createPromptStore(context),
      audit: createAuditLog(context, createAuditWriter(context, pool.auditKey)),
      codes: createCodeChecker({ window: 1, lookAhead: 10, hashKey, store: authenticators }),
      directories: new Map([
        [
          'local',
          createLocalDirectory({ name: 'local', users: [user], allowClear: true }, { clock }),
        ],
      ]),
      approvals: new Map([['call', phone.approvalFor({ clock, shiftMs })]]),
      passwordHasher: createKeyedHash(pool.keys.hashing),
      continuationSealer: createContinuationSealer(pool.keys.sealing),
      registry,
    },
  })
  adopt = createAdopt(world.parts)
  const node: ModelNode = {
    ...{ name, line, clock, registry, world, processId: nodes.processId },
    hearDeath: (processId) => tellDeath(processId, false),
    state: 'starting',
    ...{ wasStopped: false, owedMs: 0, hearLate: undefined },
  }
  void registry.start().then(() => {
    if (node.state === 'starting') node.state = 'awake'
  })
  return node
}

/** No one signs in as often, and as badly, as this person. */
const settings = {
  lockout: { slowAfter: 1_000, lockAfter: 1_000, lockMs: 1, slowMs: 1 },
  promptLimits: { perUserHour: 1_000, perNumberHour: 1_000, perPrefixHour: 1_000, perDay: 1_000 },
}
