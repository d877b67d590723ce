using IpsecDp.Host.Verbs;

return CommandLine.Run(args);
