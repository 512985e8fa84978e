import { useStores } from '../../store/stores.ts'
import { hasPostgresql, needPostgresql } from './server.ts'
import { postgresqlStores } from './stores.ts'

// The tests of the store's ports, each as it is for SQLite.

if (hasPostgresql()) {
  useStores(postgresqlStores)
  await import('../../store/accounts/accounts.test.ts')
  await import('../../store/accounts/authenticators.slow.test.ts')
  await import('../../store/accounts/change-authenticator.slow.test.ts')
  await import('../../store/accounts/passkeys.slow.test.ts')
  await import('../../store/accounts/receipts.test.ts')
  await import('../../store/accounts/standings.test.ts')
  await import('../../store/accounts/users.slow.test.ts')
  await import('../../store/audit/audit.slow.test.ts')
  await import('../../store/audit/heads.slow.test.ts')
  await import('../../store/audit/history.slow.test.ts')
  await import('../../store/people/own-ways.slow.test.ts')
  await import('../../store/reset-totp-steps.test.ts')
  await import('../../store/rotation.slow.test.ts')
  await import('../../store/settings.test.ts')
  await import('../../store/sign-ins/accounting.slow.test.ts')
  await import('../../store/sign-ins/limits.slow.test.ts')
  await import('../../store/sign-ins/pauses.slow.test.ts')
  await import('../../store/sign-ins/prompts.slow.test.ts')
  await import('../../store/sign-ins/remembered.slow.test.ts')
  await import('../../store/sign-ins/shield.slow.test.ts')
  await import('../../store/sign-ins/spent.slow.test.ts')
  await import('../../store/web/enrolment-codes.test.ts')
  await import('../../store/web/pairings.slow.test.ts')
  await import('../../store/web/person-records.test.ts')
  await import('../../store/web/phone-notices.test.ts')
  await import('../../store/web/sessions.slow.test.ts')
  await import('../../store/web/steps.slow.test.ts')
  await import('../../store/web/waits.test.ts')
} else {
  describe('the store on PostgreSQL', () => {
    it('passes the tests of its ports', function () {
      needPostgresql(this)
    })
  })
}
