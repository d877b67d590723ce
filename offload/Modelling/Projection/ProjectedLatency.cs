using IpsecDp.Modelling.Statistics;

namespace IpsecDp.Modelling.Projection;

/// <summary>Microseconds from a packet's arrival to its delivery, of a kind of traffic; NaN where none was delivered.</summary>
public sealed record ProjectedLatency(string Class, Estimate P50, Estimate P99, Estimate P999);
