using IpsecDp.Peers.Verbs;

return CommandLine.Run(args);
