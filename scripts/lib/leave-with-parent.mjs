/**
 * Loaded (`node --import`) into the processes we start: when we are gone, even by kill -9, the channel to us closes,
 * and the child leaves as if it had been asked to. Without it a killed `npm start` leaves a Node-RED behind that holds
 * the port and the devices.
 */
process.once('disconnect', () => {
  setTimeout(() => process.exit(1), 2500).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref();
