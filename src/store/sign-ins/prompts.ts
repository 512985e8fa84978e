import type { PromptStore } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'

export function createPromptStore({ connection, queries }: StoreContext): PromptStore {
  return {
    async open(prompt) {
      await connection.run(
        queries
          .insertInto('prompt')
          .values({
            id: prompt.id,
            user_key: prompt.userKey,
            method: prompt.method,
            gateway: prompt.gateway,
            request_authenticator: prompt.requestAuthenticator,
            provider_id: prompt.providerId ?? null,
            started_at_ms: prompt.startedAtMs,
            deadline_ms: prompt.deadlineMs,
          })
          .compile(),
      )
    },

    async setProviderId(id, providerId) {
      await connection.run(
        queries
          .updateTable('prompt')
          .set({ provider_id: providerId })
          .where('id', '=', id)
          .compile(),
      )
    },

    async close(id) {
      await connection.run(queries.deleteFrom('prompt').where('id', '=', id).compile())
    },

    async listOpen() {
      const rows = await connection.run(
        queries.selectFrom('prompt').selectAll().orderBy('started_at_ms').compile(),
      )
      return rows.map((row) => ({
        id: row.id,
        userKey: row.user_key,
        method: row.method,
        gateway: row.gateway,
        requestAuthenticator: row.request_authenticator,
        ...(row.provider_id === null ? {} : { providerId: row.provider_id }),
        startedAtMs: row.started_at_ms,
        deadlineMs: row.deadline_ms,
      }))
    },
  }
}
