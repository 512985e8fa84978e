import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FreeRadius, startFreeRadius } from '../../lab/freeradius.ts'
import { benchPeople } from '../load/people.ts'

/** FreeRADIUS with the people of the bench in `files`, and `pap`. */
export function startWirePeer(): Promise<FreeRadius> {
  return startFreeRadius((folder) => {
    const users = benchPeople().map(
      ({ name, password }) => `${name} Cleartext-Password := "${password}"\n`,
    )
    writeFileSync(join(folder, 'users'), users.join(''))
    return {
      modules: `
  files {
    filename = ${folder}/users
  }
  pap {
  }`,
      authorize: `
    files
    pap`,
      authenticate: `
    Auth-Type PAP {
      pap
    }`,
    }
  })
}
