namespace IpsecDp.Adapters.Windows;

/// <summary>What a capture counts beside its ports.</summary>
/// <param name="PassedBy">Packets that a filter caught beside the plan and that went on as they came.</param>
/// <param name="Expired">Times that a packet's hop limit ran out between this driver and another.</param>
/// <param name="EstimatedLosses">Packets the driver has probably dropped because its queue was full or overdue; it tells nobody, so this is read off capture times.</param>
public readonly record struct WinDivertCounts(long PassedBy, long Expired, long EstimatedLosses);
