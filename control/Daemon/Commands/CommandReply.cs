namespace IpsecDp.Daemon.Commands;

/// <summary>What came of a request.</summary>
/// <param name="IsDone">Whether it was done, or begun where it takes a while.</param>
/// <param name="Sentence">What an operator reads; null where the rest says it.</param>
/// <param name="Tunnels">The tunnels, where they were asked for.</param>
public sealed record CommandReply(bool IsDone, string? Sentence = null, IReadOnlyList<TunnelState>? Tunnels = null);
