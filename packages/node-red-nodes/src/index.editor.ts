import './nodes/device/editor.js';
import './nodes/message-in/editor.js';
import './nodes/send/editor.js';
import './nodes/state-in/editor.js';
