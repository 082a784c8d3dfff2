// A lab in an iframe, asked by messages. Nothing is imported.
const frame = document.getElementById('lab');
let count = 0;

/** Asks the lab; messages that come before it is ready wait for it. */
function ask(message) {
  const id = ++count;
  return new Promise((resolve, reject) => {
    addEventListener('message', function listen({ source, data }) {
      if (source !== frame.contentWindow || data?.id !== id) return;
      removeEventListener('message', listen);
      if (data.ok) resolve(data.result);
      else reject(new Error(data.error));
    });
    frame.contentWindow.postMessage({ v: 1, id, ...message }, '*');
  });
}

document.getElementById('check').addEventListener('click', async () => {
  await ask({ do: 'command', command: 'fly:35' });
  await ask({ do: 'command', command: 'check' });
  await ask({ do: 'settled' });
  const { verdict } = await ask({ do: 'state' });
  document.getElementById('answer').textContent = verdict?.found ? 'Yes.' : 'No.';
});
