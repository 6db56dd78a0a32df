import './ui.css';
import './software.css';
