import {
  type Adopt,
  createMemoryRegistry,
  type KeptPrompt,
  type PromptOwner,
  type PromptResult,
  type PromptWatcher,
  type SignInRegistry,
} from '../../src/signin/index.ts'
import type { Clock } from '../../src/support/index.ts'

type Row = {
  readonly id: string
  readonly userKey: string
  /** Prompt and record, as text: what is not plain data does not come back. */
  readonly content: string
  node: string
  gatewayWasRefused: boolean
  count: number
  progress?: string
  token?: string
  ended?: PromptResult
}

/** What nodes of a test share: prompts, and people who were interrupted. */
export type SharedRows = {
  readonly prompts: Map<string, Row>
  readonly interrupted: Map<string, number>
  /** Registries that live. */
  readonly nodes: Map<string, (id: string) => void>
}

export function createSharedRows(): SharedRows {
  return { prompts: new Map(), interrupted: new Map(), nodes: new Map() }
}

export type NodeRegistry = SignInRegistry & {
  /** What its node says and does from now on changes nothing. */
  die(): void
  /** Goes on with what a dead node has left. */
  takeOver(node: string): void
  /** So many writes from now on are done, and their answers get lost. */
  loseAnswers(count: number): void
}

/**
 * A registry whose prompts lie in rows that several nodes of one test share, as in a database. All else is of each node
 * alone.
 */
export function createNodeRegistry(
  rows: SharedRows,
  node: string,
  clock: Clock,
  adopt: Adopt,
): NodeRegistry {
  const own = createMemoryRegistry(clock)
  const owners = new Map<string, PromptOwner>()
  const watchers = new Map<string, PromptWatcher[]>()
  let isDead = false
  let lost = 0

  const open = (id: string) => {
    if (isDead) throw new Error('this node is dead')
    const row = rows.prompts.get(id)
    return row?.ended === undefined ? row : undefined
  }

  function keptOf(row: Row): KeptPrompt | undefined {
    const { prompt, record } = JSON.parse(row.content)
    if (record === undefined) return undefined
    const { count, gatewayWasRefused, progress } = row
    return {
      ...{ prompt, record, gatewayWasRefused },
      ...(progress === undefined ? {} : { progress: { count, value: JSON.parse(progress) } }),
    }
  }

  function ownerOf(row: Row): PromptOwner | undefined {
    const kept = keptOf(row)
    const owner = owners.get(row.id) ?? (kept && adopt(kept))
    if (owner !== undefined) owners.set(row.id, owner)
    return owner
  }

  /** As a database does: the write is there, and its answer may get lost. */
  function answer<Value>(value: Value): Value {
    if (lost === 0) return value
    lost -= 1
    throw new Error('the connection was lost')
  }

  function heard(id: string): void {
    const result = rows.prompts.get(id)?.ended
    if (result === undefined || isDead) return
    owners.get(id)?.letGo?.()
    owners.delete(id)
    for (const watcher of watchers.get(id)?.splice(0) ?? []) watcher.ended(result)
  }
  rows.nodes.set(node, heard)

  return {
    ...own,
    isShared: true,

    async openPrompt(prompt, owner, record) {
      for (const row of rows.prompts.values()) {
        if (row.userKey === prompt.userKey && row.ended === undefined) {
          return JSON.parse(row.content).prompt
        }
      }
      const content = JSON.stringify({ prompt, record: record?.() })
      const { id, userKey } = prompt
      rows.prompts.set(id, { id, userKey, content, node, gatewayWasRefused: false, count: 0 })
      owners.set(id, owner)
      return undefined
    },

    async endPrompt(id, result) {
      const row = open(id)
      if (row === undefined) return false
      row.ended = result
      owners.delete(id)
      for (const hear of rows.nodes.values()) hear(id)
      return answer(true)
    },

    async cancelPrompt(id) {
      const row = open(id)
      if (row === undefined) return
      const owner = ownerOf(row)
      if (owner === undefined) await this.endPrompt(id, { kind: 'timeout' }, 0)
      else owner.cancel()
    },

    async answerPrompt(id, result) {
      const row = open(id)
      return (row && (await ownerOf(row)?.answer?.(result))) ?? 'over'
    },

    async promptState(id) {
      const row = rows.prompts.get(id)
      if (row === undefined) return { kind: 'unknown' }
      return row.ended === undefined ? { kind: 'open' } : { kind: 'ended', result: row.ended }
    },

    async watchPrompt(id, watcher) {
      watchers.set(id, [...(watchers.get(id) ?? []), watcher])
      heard(id)
    },

    async noteGatewayRefused(id) {
      const row = open(id)
      if (row === undefined) return
      row.gatewayWasRefused = true
      owners.get(id)?.gatewayRefused?.()
    },

    async saveProgress(id, { seen, token, value }) {
      const row = open(id)
      if (row === undefined || row.count !== seen) return answer(false)
      Object.assign(row, { count: seen + 1, token, progress: JSON.stringify(value) })
      return answer(true)
    },

    async findKept(id) {
      const row = open(id)
      return row && keptOf(row)
    },

    async findByToken(token) {
      const row = [...rows.prompts.values()].find((each) => each.token === token)
      if (row === undefined || open(row.id) === undefined) return undefined
      return ownerOf(row) && keptOf(row)
    },

    async noteInterrupted(userKey, untilMs) {
      rows.interrupted.set(userKey, untilMs)
    },

    async isInterrupted(userKey) {
      return (rows.interrupted.get(userKey) ?? 0) > clock.nowMs()
    },

    die() {
      isDead = true
      rows.nodes.delete(node)
    },

    takeOver(from) {
      for (const row of rows.prompts.values()) {
        if (row.node !== from || row.ended !== undefined) continue
        row.node = node
        ownerOf(row)
      }
    },

    loseAnswers(count) {
      lost = count
    },
  }
}
