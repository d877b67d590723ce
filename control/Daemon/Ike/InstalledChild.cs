using IpsecDp.Ike;

namespace IpsecDp.Daemon.Ike;

/// <summary>A child in the data plane.</summary>
/// <param name="Child">What was agreed.</param>
/// <param name="InstalledAt">When its inbound SA was installed, by the installer's clock.</param>
/// <param name="Branch">The branch of its tunnel it seals in; null for the tunnel itself, or before it seals.</param>
/// <param name="IsHandedOver">Whether the data plane has its outbound keys, which it zeroes once its packets are through.</param>
public sealed record InstalledChild(ChildSa Child, long InstalledAt, string? Branch = null, bool IsHandedOver = false);
