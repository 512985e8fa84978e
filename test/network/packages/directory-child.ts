// Runs an OpenLDAP, or a Samba, in the network of another machine, where the parent has put this process. Prints what
// init needs.
import { startSamba } from '../../lab/domain/samba.ts'
import { startOpenLdap } from '../../lab/openldap.ts'

const start = process.argv[2] === 'samba' ? startSamba : startOpenLdap
const { ldapsUrl, ca, baseDn, bindDn, password } = await start()
console.log(JSON.stringify({ ldapsUrl, ca, baseDn, bindDn, password }))
process.on('SIGTERM', () => process.exit())
// The parent holds the other end.
process.stdin.resume()
process.stdin.on('end', () => process.exit())
