import type { CodeData, Operation } from './operations.ts'

/** A program in Python 3 that makes the same calls. */
export function pythonCode(operations: readonly Operation[]): string {
  return ['import socket', '', ...operations.flatMap(statements), ''].join('\n')
}

function statements(operation: Operation): string[] {
  const { socket } = operation
  const { name } = socket
  switch (operation.op) {
    case 'socket': {
      const family = socket.domain.replace('PF_', 'socket.AF_')
      return [`${name} = socket.socket(${family}, socket.${socket.type}, ${operation.protocol})`]
    }
    case 'bind':
      return [`${name}.bind(("${operation.address}", ${operation.port}))`]
    case 'listen':
      return [`${name}.listen(${operation.backlog})`]
    case 'accept':
      return [`${operation.connection.name}, cliaddr = ${name}.accept()`]
    case 'connect':
      return [`${name}.connect(("${operation.address}", ${operation.port}))`]
    case 'write':
      return [`${name}.sendall(${bytesOf(operation.data)})`]
    case 'read':
      return [`data = ${name}.recv(${operation.length})`, 'print(data.decode(errors="replace"))']
    case 'sendto': {
      const { to } = operation
      const address = to.is === 'sender' ? `${name}_from` : `("${to.address}", ${to.port})`
      return [`${name}.sendto(${bytesOf(operation.data)}, ${address})`]
    }
    case 'recvfrom':
      return [
        `data, ${name}_from = ${name}.recvfrom(${operation.length})`,
        'print(data.decode(errors="replace"))',
      ]
    case 'shutdown':
      return [`${name}.shutdown(socket.${operation.how})`]
    case 'close':
      return [`${name}.close()`]
  }
}

function bytesOf(data: CodeData): string {
  if (data.is === 'received') return 'data'
  if (data.is === 'filler') return `b"x" * ${data.bytes}`
  // JSON's escapes are Python's as well.
  return `${JSON.stringify(data.text.toWellFormed())}.encode()`
}
