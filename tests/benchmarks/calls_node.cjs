// The application of calls.py on Node's library ws: plain objects, and no tokens. The port is in PORT.
'use strict';

const { createServer } = require('http');
const { WebSocketServer } = require('ws');

const GATHER = {
  verb: 'gather',
  input: ['speech'],
  actionHook: '/echo',
  timeout: 25,
  say: { text: 'Please say something else.' },
};

const server = createServer();
const sockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: (offered) => offered.values().next().value,
});

server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (ws) => {
    const isCall = request.url === '/app';
    ws.on('error', () => ws.terminate());
    ws.on('message', (data, isBinary) => {
      if (isBinary) {
        ws.send(data);
      } else if (isCall) {
        const message = JSON.parse(data);
        const text =
          message.type === 'verb:hook' ? `You said: ${message.data.speech.alternatives[0].transcript}.` : 'Welcome.';
        ws.send(JSON.stringify({ type: 'ack', msgid: message.msgid, data: [{ verb: 'say', text }, GATHER] }));
      }
    });
  });
});

server.listen(Number(process.env.PORT), '127.0.0.1');
