import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import {
  type Authenticator,
  type AuthenticatorStore,
  isSpentStep,
  lastStepAheadMs,
  resetSteps,
  type SpendEvidence,
  type SpendResult,
} from '../../accounts/index.ts'
import { constantTimeEqual } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { AuthenticatorRow } from '../schema.ts'
import { judgeReuse, keptClaim } from '../sign-ins/judge-reuse.ts'
import { sealPin, toRow } from './authenticator-rows.ts'
import { createPasskeyStore } from './passkeys.ts'
import type { People } from './people.ts'
import { createPhoneStore } from './phones/phones.ts'
import { withSilence } from './phones/silence.ts'
import { createSubscriptionStore } from './phones/subscriptions.ts'
import { readSteps, recentLength, writeSteps } from './spent-steps.ts'

/** A person who signs in again and again is not written down each time. */
const noteUseMs = 60_000

export function createAuthenticatorStore(
  context: StoreContext,
  people: People,
): AuthenticatorStore {
  const { connection, queries, sealer, clock } = context
  const query = prepareQueries(queries)

  function updateKept(
    userKey: string,
    id: string,
    change: (authenticator: Authenticator) => Authenticator,
  ): void {
    people.update(userKey, (person) => ({
      ...person,
      authenticators: person.authenticators.map((one) => (one.id === id ? change(one) : one)),
    }))
  }

  function spenderOf(evidence: SpendEvidence): Spend {
    return {
      spentBy: evidence.requestAuthenticator,
      spentAtMs: clock.nowMs(),
      spentClaim: keptClaim(connection, evidence),
    }
  }

  function tell(row: SpenderRow, evidence: SpendEvidence): SpendResult {
    const spender = {
      spentBy: row.spent_by,
      spentAtMs: row.spent_at_ms,
      spentClaim: row.spent_claim,
    }
    return judgeReuse(spender, evidence, clock.nowMs())
  }

  return {
    async list(userKey) {
      const { authenticators, rings } = await people.load(userKey)
      return rings === undefined
        ? authenticators
        : withSilence(authenticators, rings, clock.nowMs())
    },

    async add(fresh) {
      const given = { id: randomUUID(), createdAtMs: clock.nowMs() }
      const authenticator: Authenticator =
        fresh.method === 'recovery'
          ? { ...fresh, ...given, usedHashes: [] }
          : { ...fresh, ...given }
      const { id, userKey } = authenticator
      const row = queries.insertInto('authenticator').values(toRow(authenticator, sealer))
      const hashes = authenticator.method === 'recovery' ? authenticator.codeHashes : []
      const codes = hashes.map((codeHash) => query.addCode({ id, userKey, codeHash }))
      people.forget(userKey)
      await connection.atomically([row.compile(), ...codes])
      return authenticator
    },

    async countPeople(phonePrefix) {
      const [counted] = await connection.run(
        queries
          .selectFrom('authenticator')
          .select(({ fn }) => fn.count<number>('user_key').distinct().as('people'))
          .where(sql`substr(phone, 1, ${phonePrefix.length})`, '=', phonePrefix)
          .compile(),
      )
      return counted?.people ?? 0
    },

    async remove(userKey, id) {
      people.forget(userKey)
      const [removed] = await connection.atomically([
        queries
          .deleteFrom('authenticator')
          // The codes of a phone go with it.
          .where(({ eb, or }) => or([eb('id', '=', id), eb('phone_id', '=', id)]))
          .where('user_key', '=', userKey)
          .returning('id')
          .compile(),
        queries
          .deleteFrom('recovery_code')
          .where('authenticator_id', '=', id)
          .where('user_key', '=', userKey)
          .compile(),
      ])
      return removed.length > 0
    },

    async change(userKey, id, { label, backupPhone, pin }) {
      const ofPhones = {
        ...(backupPhone === undefined ? {} : { backup_phone: backupPhone }),
        ...(pin === undefined ? {} : { pin: sealPin(userKey, pin, sealer) }),
      }
      const isOfPhones = Object.keys(ofPhones).length > 0
      const values = { ...(label === undefined ? {} : { label }), ...ofPhones }
      if (Object.keys(values).length === 0) return false
      people.forget(userKey)
      const changed = await connection.run(
        queries
          .updateTable('authenticator')
          .set(values)
          .where('id', '=', id)
          .where('user_key', '=', userKey)
          .$if(isOfPhones, (phones) => phones.where('method', 'in', ['sms', 'call']))
          .returning('id')
          .compile(),
      )
      return changed.length > 0
    },

    async spendTotp(id, step, driftSteps, evidence) {
      const spender = spenderOf(evidence)
      const spend = query.spendTotp({ id, step, driftSteps, ...spender })
      const [spent] = await connection.run(spend)
      if (spent !== undefined) {
        connection.noteSpent(spend)
        updateKept(spent.user_key, id, (one) =>
          one.method === 'totp' && !isSpentStep(one, step)
            ? { ...one, lastStep: step, driftSteps, lastUsedMs: spender.spentAtMs }
            : one,
        )
        return 'spent'
      }
      const [row] = await connection.run(query.lastSpend({ id }))
      return row?.last_step === step ? tell(row, evidence) : 'reused'
    },

    async resetTotpSteps(id, nowMs) {
      for (;;) {
        const [row] = await connection.run(query.stepsOf({ id }))
        if (row === undefined || row.last_step === null) return 'not-ahead'
        const { last_step: lastStep, period_seconds, drift_steps } = row
        const clock = { driftSteps: drift_steps ?? 0, periodSeconds: period_seconds ?? 30 }
        if (lastStepAheadMs({ lastStep, ...clock }, nowMs) === 0) return 'not-ahead'
        const nowStep = Math.floor(nowMs / 1000 / clock.periodSeconds)
        const steps = resetSteps(readSteps(row), nowStep)
        if (steps === undefined) return 'unknown'
        people.forget(row.user_key)
        const changed = await connection.run(query.reset({ id, lastStep, ...writeSteps(steps) }))
        // Otherwise a sign-in came between: its step has to be known too.
        if (changed.length > 0) return 'reset'
      }
    },

    async spendHotp(id, counter, evidence) {
      const next = counter + 1
      const spender = spenderOf(evidence)
      const spend = query.spendHotp({ id, counter, next, ...spender })
      const [spent] = await connection.run(spend)
      if (spent !== undefined) {
        connection.noteSpent(spend)
        updateKept(spent.user_key, id, (one) =>
          one.method === 'hotp' && one.counter < next
            ? { ...one, counter: next, lastUsedMs: spender.spentAtMs }
            : one,
        )
        return 'spent'
      }
      const [row] = await connection.run(query.lastSpend({ id }))
      return row?.counter === next ? tell(row, evidence) : 'reused'
    },

    async noteUse(userKey, id, nowMs) {
      const kept = people.peek(userKey)?.authenticators.find((one) => one.id === id)
      if (kept?.lastUsedMs !== undefined && nowMs - kept.lastUsedMs < noteUseMs) return
      const noted = await connection.run(
        query.noteUse({ id, userKey, nowMs, longAgoMs: nowMs - noteUseMs }),
      )
      if (noted.length > 0) updateKept(userKey, id, (one) => ({ ...one, lastUsedMs: nowMs }))
    },

    async spendRecovery(id, codeHash, evidence) {
      const spender = spenderOf(evidence)
      const spend = query.spendCode({ id, codeHash, ...spender })
      const [spent] = await connection.run(spend)
      if (spent !== undefined) {
        connection.noteSpent(spend)
        updateKept(spent.user_key, id, (one) =>
          one.method === 'recovery'
            ? {
                ...one,
                codeHashes: one.codeHashes.filter((hash) => !constantTimeEqual(hash, codeHash)),
                usedHashes: [...one.usedHashes, codeHash],
                lastUsedMs: spender.spentAtMs,
              }
            : one,
        )
        return 'spent'
      }
      const [row] = await connection.run(query.codeSpend({ id, codeHash }))
      return row === undefined ? 'reused' : tell(row, evidence)
    },

    ...createPasskeyStore(context, people),
    ...createPhoneStore(context, people),
    ...createSubscriptionStore(context, people),
  }
}

/** A whole number within a text; numbers arrive as floating point, and would be `7.0` there. */
function asText(step: number) {
  return sql`cast(${step} as bigint)`
}

type Use = { id: string; userKey: string; nowMs: number; longAgoMs: number }
type Spend = {
  readonly spentBy: Uint8Array
  readonly spentAtMs: number
  readonly spentClaim: string | null
}
type SpenderRow = Pick<AuthenticatorRow, 'spent_by' | 'spent_at_ms' | 'spent_claim'>

// Each spend is one conditional statement, so that of any number at once exactly one gets its row
// back: the same on every database, with no transaction held open.
function prepareQueries(queries: Queries) {
  return {
    addCode: prepare((value: Named<{ id: string; userKey: string; codeHash: Uint8Array }>) =>
      queries.insertInto('recovery_code').values({
        authenticator_id: value('id'),
        user_key: value('userKey'),
        code_hash: value('codeHash'),
        spent_by: null,
      }),
    ),
    spendTotp: prepare((value: Named<Spend & { id: string; step: number; driftSteps: number }>) =>
      queries
        .updateTable('authenticator')
        .set({
          last_step: value('step'),
          recent_steps: sql`substr(',' || ${asText(value('step'))} || coalesce(recent_steps, ''), 1, ${recentLength})`,
          drift_steps: value('driftSteps'),
          spent_by: value('spentBy'),
          spent_at_ms: value('spentAtMs'),
          spent_claim: value('spentClaim'),
        })
        .where('id', '=', value('id'))
        .where('method', '=', 'totp')
        .where('last_step', '<', value('step'))
        .where(
          sql`coalesce(spent_ahead, '')`,
          'not like',
          sql`'%,' || ${asText(value('step'))} || ',%'`,
        )
        .returning('user_key'),
    ),
    stepsOf: prepare((value: Named<{ id: string }>) =>
      queries
        .selectFrom('authenticator')
        .select([
          'user_key',
          'last_step',
          'recent_steps',
          'spent_ahead',
          'drift_steps',
          'period_seconds',
        ])
        .where('id', '=', value('id')),
    ),
    reset: prepare(
      (value: Named<{ id: string; lastStep: number } & ReturnType<typeof writeSteps>>) =>
        queries
          .updateTable('authenticator')
          .set({
            last_step: value('last_step'),
            recent_steps: value('recent_steps'),
            spent_ahead: value('spent_ahead'),
            spent_by: null,
            spent_claim: null,
          })
          .where('id', '=', value('id'))
          .where('last_step', '=', value('lastStep'))
          .returning('id'),
    ),
    spendHotp: prepare((value: Named<Spend & { id: string; counter: number; next: number }>) =>
      queries
        .updateTable('authenticator')
        .set({
          counter: value('next'),
          spent_by: value('spentBy'),
          spent_at_ms: value('spentAtMs'),
          spent_claim: value('spentClaim'),
        })
        .where('id', '=', value('id'))
        .where('method', '=', 'hotp')
        .where('counter', '<=', value('counter'))
        .returning('user_key'),
    ),
    noteUse: prepare((value: Named<Use>) =>
      queries
        .updateTable('authenticator')
        .set({ spent_at_ms: value('nowMs') })
        .where('id', '=', value('id'))
        .where('user_key', '=', value('userKey'))
        .where('method', 'in', ['sms', 'call', 'email'])
        .where(({ eb, or }) =>
          or([eb('spent_at_ms', 'is', null), eb('spent_at_ms', '<=', value('longAgoMs'))]),
        )
        .returning('id'),
    ),
    spendCode: prepare((value: Named<Spend & { id: string; codeHash: Uint8Array }>) =>
      queries
        .updateTable('recovery_code')
        .set({
          spent_by: value('spentBy'),
          spent_at_ms: value('spentAtMs'),
          spent_claim: value('spentClaim'),
        })
        .where('authenticator_id', '=', value('id'))
        .where('code_hash', '=', value('codeHash'))
        .where('spent_by', 'is', null)
        .returning('user_key'),
    ),
    lastSpend: prepare((value: Named<{ id: string }>) =>
      queries
        .selectFrom('authenticator')
        .select(['last_step', 'counter', 'spent_by', 'spent_at_ms', 'spent_claim'])
        .where('id', '=', value('id')),
    ),
    codeSpend: prepare((value: Named<{ id: string; codeHash: Uint8Array }>) =>
      queries
        .selectFrom('recovery_code')
        .select(['spent_by', 'spent_at_ms', 'spent_claim'])
        .where('authenticator_id', '=', value('id'))
        .where('code_hash', '=', value('codeHash')),
    ),
  }
}
