import type { NewAuthenticator, TotpAuthenticator } from '../../../../src/accounts/index.ts'
import { otpCode } from '../../../../src/methods/index.ts'
import { createAccountStore } from '../../../../src/store/accounts/accounts.ts'
import { createAuthenticatorStore } from '../../../../src/store/accounts/authenticators.ts'
import { createPeople } from '../../../../src/store/accounts/people.ts'
import { Secret } from '../../../../src/support/index.ts'
import {
  type Ask,
  call,
  flush,
  gatewayRules,
  laptop,
  otherLaptop,
  password,
  totp,
} from '../../../signin/harness.ts'
import { createHub } from '../hub.ts'
import { type ModelNode, startNode } from './node.ts'
import { createPhone } from './phone.ts'
import type { Pool } from './pool.ts'
import { type Copy, canHear, checkHeard, checkHistory, type Press, refuseFaults } from './rules.ts'
import type { Schedule, Step } from './schedule.ts'

const devices = [laptop, otherLaptop]
const rung = gatewayRules({ name: 'rung', challenges: false, methods: ['call'] })
const typed = gatewayRules({ name: 'typed', flow: 'append', methods: ['totp'] })
const asked = gatewayRules({ name: 'asked', flow: 'challenge', methods: ['totp'] })

const beginsMs = 1_750_000_000_000
/** Everything has ended by then: patience, and the call that rings on after a Reject. */
const lastSeconds = 26
const mostTurns = 20_000

/** What has happened, to show that schedules reach what they check. */
export type Tally = Record<
  'turns' | 'rings' | 'presses' | 'heard' | 'accepted' | 'refused' | 'deaths' | 'renewed',
  number
>

let people = 0

/** Plays a schedule with a person of its own, and fails where a rule was broken. */
export async function playSchedule(pool: Pool, schedule: Schedule): Promise<Tally> {
  people += 1
  const name = `person${people}`
  const userKey = `local:${name}`
  const user = { name, password: new Secret(password) }
  const { shiftsMs, steps, losesHints } = schedule
  const pick = createPick(schedule.order)
  const hub = createHub(losesHints)
  const faults: string[] = []
  const nodes: ModelNode[] = []
  const copies: Copy[] = []
  /** Gone without the others' knowledge. */
  const gone = new Set<ModelNode>()
  const left = [...pool.members.keys()]
  let nowMs = beginsMs
  let shownMs = 0
  let endings = 0
  let presses: Press[] = []
  let isBlocked = false
  const phone = createPhone(
    () => nowMs,
    (what) => faults.push(what),
  )
  const tally: Tally = {
    ...{ turns: 0, rings: 0, presses: 0, heard: 0, accepted: 0, refused: 0, deaths: 0, renewed: 0 },
  }

  /** To the database, before it is asked. */
  async function showTime(): Promise<void> {
    if (shownMs === nowMs) return
    shownMs = nowMs
    await pool.setTime(nowMs)
  }

  const awake = () => nodes.filter(({ state }) => state === 'awake')

  /** Lets one node ask the database. False where none has anything to ask. */
  async function turn(): Promise<boolean> {
    const ready = nodes.filter(
      ({ state, line }) => (state === 'awake' || state === 'starting') && line.waiting() > 0,
    )
    const node = ready[pick(ready.length)]
    if (node === undefined) return false
    await showTime()
    const hear = await node.line.carryOutFirst()
    hear()
    await flush()
    tally.turns += 1
    return true
  }

  /** Until no node that lives has anything to ask. */
  async function settle(): Promise<void> {
    await flush()
    for (let turns = 0; await turn(); turns += 1) {
      if (turns > mostTurns) throw new Error('the nodes never rest')
    }
    for (const copy of copies) {
      if (copy.node.state === 'awake' && copy.pending.outcome === undefined) copy.waits = true
    }
  }

  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await settle()
      nowMs += 1_000
      for (const node of nodes) {
        if (node.state === 'stopped') node.owedMs += 1_000
        else if (node.state !== 'killed') node.clock.advance(1_000)
      }
      await settle()
      const old = presses.filter(({ atMs }) => nowMs - atMs >= 2_000)
      presses = presses.filter((press) => !old.includes(press))
      for (const press of old) {
        faults.push(...checkHeard(press))
        tally.heard += press.waiting.length
      }
    }
  }

  function start(): void {
    const index = left.shift()
    const member = index === undefined ? undefined : pool.members[index]
    if (member === undefined) return
    const shiftMs = shiftsMs[nodes.length] ?? 0
    nodes.push(startNode(pool, member, { nowMs, shiftMs, user, phone, hints: hub.join() }))
  }

  function send(node: ModelNode, ask: Ask, equal: string, code?: string): void {
    const pending = node.world.start({ ...ask, user: name })
    const copy: Copy = {
      ...{ node, ask, equal, pending, startedMs: nowMs, isAfterBlock: isBlocked, waits: false },
      ...(code === undefined ? {} : { code }),
    }
    copies.push(copy)
    void pending.done.then(({ kind }) => {
      endings += 1
      Object.assign(copy, { endedMs: nowMs, endedPlace: endings })
      if (kind === 'accept') tally.accepted += 1
      if (kind === 'reject') tally.refused += 1
    })
  }

  /** What the app shows now, by the true time. */
  const codeNow = () => otpCode(app, Math.floor(nowMs / 1_000 / app.periodSeconds))

  function press(node: ModelNode, says: Press['says']): void {
    const ring = phone.ringing()
    if (ring === undefined) return
    ring.isOver = true
    if (says === 'approved') ring.saidYesMs = nowMs
    tally.presses += 1
    const result = says === 'approved' ? { kind: says, byMachine: false } : { kind: says }
    const isTold = (copy: Copy) =>
      copy.ask.gateway === rung && copy.ask.device?.value === ring.from && canHear(copy, nowMs)
    const waiting = copies.filter(isTold)
    const pressedMs = nowMs
    const hear = (answered: string) => {
      if (answered === 'over') return
      ring.isApproved = says === 'approved'
      // Who follows one that is gone hears it once that is known.
      if (gone.size > 0 || isBlocked || nowMs > pressedMs) return
      presses.push({ atMs: nowMs, says, waiting: waiting.filter(({ node }) => !node.wasStopped) })
    }
    // A node that was declared dead while it was stopped may not end a prompt.
    void node.registry.answerPrompt(ring.id, result).then(hear, () => undefined)
  }

  /** The first that has gone without the others' knowledge. */
  async function declare(): Promise<void> {
    const [first] = gone
    if (first === undefined) return
    gone.delete(first)
    tally.deaths += 1
    const processId = first.processId()
    await pool.declareDead(processId)
    for (const other of nodes) {
      if (other !== first && other.state !== 'killed') other.hearDeath(processId)
    }
  }

  async function leave(node: ModelNode, how: 'kill' | 'stop', commits: boolean): Promise<void> {
    gone.add(node)
    presses = []
    node.state = how === 'kill' ? 'killed' : 'stopped'
    node.wasStopped = true
    await showTime()
    if (commits) node.hearLate = await node.line.carryOutFirst()
    if (how === 'kill') await node.registry.close()
  }

  function wake(node: ModelNode | undefined): void {
    if (node === undefined) return
    gone.delete(node)
    node.state = 'awake'
    const { owedMs, hearLate } = node
    Object.assign(node, { owedMs: 0, hearLate: undefined })
    node.clock.advance(owedMs)
    hearLate?.()
  }

  const sleeper = () => nodes.find(({ state }) => state === 'stopped')

  async function act(step: Step): Promise<void> {
    switch (step.kind) {
      case 'start':
        return start()
      case 'declare':
        return declare()
      case 'wake':
        return wake(sleeper())
      case 'wait':
        return pass(step.seconds)
      case 'block':
        await blocks.block(userKey, 'admin', nowMs)
        isBlocked = true
        presses = []
        return
    }
    const here = awake()
    const node = here[step.node % Math.max(1, here.length)]
    if (node === undefined) return
    switch (step.kind) {
      case 'ring':
      case 'question': {
        const gateway = step.kind === 'ring' ? rung : asked
        const ask = { gateway, device: devices[step.device] ?? laptop, password }
        return send(node, ask, `${step.kind} ${step.device}`)
      }
      case 'code': {
        const code = codeNow()
        const ask = { gateway: typed, device: devices[step.device] ?? laptop }
        const equal = `code ${code} ${step.device}`
        return send(node, { ...ask, password: `${password},${code}` }, equal, code)
      }
      case 'answer': {
        const questions = copies.filter(({ pending }) => pending.outcome?.kind === 'challenge')
        const from = questions[step.which % Math.max(1, questions.length)]
        if (from?.pending.outcome?.kind !== 'challenge') return
        const { state } = from.pending.outcome
        const code = codeNow()
        const equal = `state ${Buffer.from(state).toString('hex')} ${code}`
        return send(node, { ...from.ask, state, password: code }, equal, code)
      }
      case 'again': {
        const from = copies[step.which % Math.max(1, copies.length)]
        return from && send(node, from.ask, from.equal, from.code)
      }
      case 'press':
        return press(node, step.says)
      case 'kill':
      case 'stop':
        return leave(node, step.kind, step.commits)
    }
  }

  await pool.reset()
  const outsidePeople = createPeople(pool.outside)
  const blocks = createAccountStore(pool.outside, outsidePeople)
  const enrolled = createAuthenticatorStore(pool.outside, outsidePeople)
  await enrolled.add({ ...call, userKey, label: '' } as unknown as NewAuthenticator)
  const app = (await enrolled.add({
    ...{ ...totp, userKey, label: '' },
  } as unknown as NewAuthenticator)) as TotpAuthenticator
  const idsBefore = pool.members.map(({ connection }) => connection.processId?.())

  start()
  start()
  await settle()
  for (const step of steps) {
    await act(step)
    await flush()
    if (step.turns === 'all') await settle()
    else for (let turns = 0; turns < step.turns; turns += 1) await turn()
  }
  while (gone.size > 0) await declare()
  for (let node = sleeper(); node !== undefined; node = sleeper()) wake(node)
  await pass(lastSeconds)
  for (const node of nodes) if (node.state !== 'killed') await node.registry.close()

  for (const { world, wasStopped } of nodes) {
    for (const { what, detail } of world.troubles) {
      if (!wasStopped || what === 'internal-error') faults.push(`${what}: ${detail}`)
    }
  }
  const rows = await pool.rowsOf(userKey)
  const spanMs = Math.max(0, ...shiftsMs) - Math.min(0, ...shiftsMs)
  faults.push(...checkHistory({ copies, rings: phone.rings, rows, isBlocked, spanMs }))
  refuseFaults(faults)
  tally.rings = phone.rings.length
  tally.renewed = pool.members.filter(
    ({ connection }, index) => connection.processId?.() !== idsBefore[index],
  ).length
  return tally
}

/** Whole numbers below what is asked for, the same ones each time. */
function createPick(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
