// A member of the helpdesk, who asks as their own user of the machine what the test tells them to.
import { connectAdmin, connectAsCaller } from '../../src/ops/index.ts'
import type { AgentAnswer, AgentRequest } from './agent.ts'

const [socket = '', says, uid, gid] = process.argv.slice(2)

// From here on it is theirs: everything is loaded, and they may not read the files of this repository.
process.setgroups?.([])
process.setgid?.(Number(gid))
process.setuid?.(Number(uid))

async function ask({ isProven, operation, args }: AgentRequest): Promise<AgentAnswer> {
  try {
    const connection = await (isProven ? connectAsCaller(socket, says) : connectAdmin(socket))
    try {
      return { result: await connection.call(operation, args) }
    } finally {
      connection.close()
    }
  } catch (error) {
    return { code: String(Object(error).code), text: Object(error).message }
  }
}

process.on('message', (request: AgentRequest) => {
  void ask(request).then((answer) => process.send?.(answer))
})
