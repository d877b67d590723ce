namespace IpsecDp.Daemon.Commands;

/// <summary>What a program of the owner asks of a running data plane.</summary>
/// <param name="Command">Which command.</param>
/// <param name="Name">What it is about, where it is about one thing.</param>
public sealed record CommandRequest(CommandKind Command, string? Name = null);
