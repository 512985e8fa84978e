import { useRegistries } from '../../signin/sharing/registries.ts'
import { closeRegistries, postgresqlRegistries } from './registries.ts'
import { hasPostgresql, needPostgresql } from './server.ts'

// The tests of the registry's port, each as it is for the one in memory.

if (hasPostgresql()) {
  useRegistries(postgresqlRegistries(false), postgresqlRegistries(true))
  await import('../../signin/sharing/registry.test.ts')
  after(closeRegistries)
} else {
  describe('the registry on PostgreSQL', () => {
    it('passes the tests of its port', function () {
      needPostgresql(this)
    })
  })
}
