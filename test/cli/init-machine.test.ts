import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { countryOfLocale, defaultRouter, searchDomain } from '../../src/cli/init/machine.ts'
import { findUsualConfig } from '../../src/cli/io.ts'
import { usualPlaces } from '../../src/cli/usual-places.ts'
import { temporaryFolder } from './fake-io.ts'

describe('what init proposes from the machine', () => {
  const folder = temporaryFolder()
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }

  it('the router, from the table of routes of Linux', () => {
    const heading = 'Iface\tDestination\tGateway\tFlags\n'
    const table = `${heading}eth0\t0002000A\t00000000\t0001\neth0\t00000000\t0102000A\t0003\n`
    expect(defaultRouter(file('route', table))).to.equal('10.0.2.1')
    expect(defaultRouter(file('none', heading))).to.equal(undefined)
    expect(defaultRouter(file('direct', `${heading}ppp0\t00000000\t00000000\t0001\n`))).to.equal(
      undefined,
    )
    expect(defaultRouter(join(folder, 'missing'))).to.equal(undefined)
  })

  it('the domain, from where names are looked up', () => {
    const text = 'nameserver 192.0.2.53\nsearch corp.example.com lab.example.com\n'
    expect(searchDomain(file('resolv', text))).to.equal('corp.example.com')
    expect(searchDomain(file('local', 'search lan\n'))).to.equal(undefined)
    expect(searchDomain(join(folder, 'missing'))).to.equal(undefined)
  })

  it('the country, from the language', () => {
    expect(countryOfLocale({ LANG: 'nl_NL.UTF-8' })).to.equal('NL')
    expect(countryOfLocale({ LANG: 'nl_NL.UTF-8', LC_ALL: 'de_AT' })).to.equal('AT')
    for (const LANG of ['C', 'C.UTF-8', 'POSIX', 'de', '']) {
      expect(countryOfLocale({ LANG })).to.equal(undefined)
    }
  })
})

describe('where an installation is', () => {
  const system = '/etc/holdfast/holdfast.yaml'

  it('is below the home of an ordinary user, and in the places of the system for root', () => {
    const env = { HOME: '/home/ada' }
    expect(usualPlaces({ uid: 0, env })).to.deep.equal({
      folder: '/etc/holdfast',
      store: '/var/lib/holdfast/holdfast.db',
    })
    expect(usualPlaces({ uid: 1000, env })).to.deep.equal({
      folder: '/home/ada/.config/holdfast',
      store: '/home/ada/.local/share/holdfast/holdfast.db',
      adminSocket: '/run/user/1000/holdfast/admin.sock',
    })
    const xdg = { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d', XDG_RUNTIME_DIR: '/r' }
    expect(usualPlaces({ uid: 1000, env: { ...env, ...xdg } })).to.deep.equal({
      folder: '/c/holdfast',
      store: '/d/holdfast/holdfast.db',
      adminSocket: '/r/holdfast/admin.sock',
    })
  })

  it('is that of the system wherever there is one, so that no user hides it', () => {
    const folder = temporaryFolder()
    const user = { uid: 1000, env: { HOME: folder } }
    expect(findUsualConfig(user, join(folder, 'none.yaml'))).to.equal(
      join(folder, '.config/holdfast/holdfast.yaml'),
    )
    writeFileSync(join(folder, 'there.yaml'), '')
    expect(findUsualConfig(user, join(folder, 'there.yaml'))).to.equal(join(folder, 'there.yaml'))
    expect(findUsualConfig({ uid: 0, env: {} }, system)).to.equal(system)
  })

  it('is known for a user whom the system does not know and who has no home', () => {
    expect(findUsualConfig({ uid: 61_234, env: {} }, '/nonexistent/x')).to.equal(
      '/.config/holdfast/holdfast.yaml',
    )
  })
})
