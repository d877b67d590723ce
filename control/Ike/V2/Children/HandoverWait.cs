namespace IpsecDp.Ike.V2.Children;

/// <summary>A child waits for a sign that the peer has it.</summary>
/// <param name="Until">When it takes over without one.</param>
/// <param name="LookAt">When its traffic is looked at next.</param>
internal sealed record HandoverWait(DateTimeOffset Until, DateTimeOffset LookAt);
