import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { StoreError } from '../errors.ts'

/** A notice takes a millisecond; behind a pooler that shares connections it never comes. */
const noticeTimeoutMs = 1_000

/**
 * Throws where a pooler gives each transaction another connection: a lock would then be anyone's. Such a pooler passes
 * a notice back to its sender, so it comes from a second connection.
 */
export async function hearOneself(client: Client, connect: () => Promise<Client>): Promise<void> {
  const channel = `holdfast_${randomBytes(8).toString('hex')}`
  const { promise: heard, resolve } = Promise.withResolvers<boolean>()
  const onNotice = (message: { readonly channel: string }) => {
    if (message.channel === channel) resolve(true)
  }
  client.on('notification', onNotice)
  const timer = setTimeout(() => resolve(false), noticeTimeoutMs)
  try {
    await client.query(`listen ${channel}`)
    await notify(await connect(), channel)
    if (!(await heard)) {
      throw new StoreError(
        'database-unfit',
        'a notice to ourselves does not come: a pooler answers',
      )
    }
  } finally {
    clearTimeout(timer)
    client.off('notification', onNotice)
    client.query(`unlisten ${channel}`).catch(() => undefined)
  }
}

async function notify(sender: Client, channel: string): Promise<void> {
  try {
    // A notice is a commit, which would wait for a standby.
    await sender.query('set synchronous_commit = off')
    await sender.query('select pg_notify($1, $2)', [channel, ''])
  } finally {
    await sender.end()
  }
}
