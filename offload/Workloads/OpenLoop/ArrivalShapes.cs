using IpsecDp.Workloads.Mix;

namespace IpsecDp.Workloads.OpenLoop;

/// <summary>What the kinds of traffic consist of when packets arrive by the clock; sizes and shares are those of the models that answer each other.</summary>
internal static class ArrivalShapes
{
    /// <summary>The shapes of a mix in a path of so many octets.</summary>
    public static IReadOnlyList<ArrivalShape> Of(TrafficMix mix, int pathMtu)
    {
        double all = mix.EnterpriseExtender + mix.Bulk + mix.Interactive;
        return
        [
            .. Scaled(EnterpriseExtender(pathMtu), mix.EnterpriseExtender / all),
            .. Scaled(Bulk(pathMtu), mix.Bulk / all),
            .. Scaled(Interactive(pathMtu), mix.Interactive / all),
        ];
    }

    /// <summary>Packets of one size, as TCP data.</summary>
    public static IReadOnlyList<ArrivalShape> OfSize(int octets) => [new(TrafficClass.Bulk, 1, octets, octets)];

    private static IEnumerable<ArrivalShape> Scaled(IEnumerable<ArrivalShape> shapes, double weight) =>
        shapes.Select(shape => shape with { Weight = shape.Weight * weight }).Where(static shape => shape.Weight > 0);

    // Half of the high-priority packets are requests, half are answers.
    private static ArrivalShape[] EnterpriseExtender(int mtu) =>
    [
        new(TrafficClass.EeSignalling, 0.002, ArrivalStamp.SmallestPacket, ArrivalStamp.SmallestPacket),
        new(TrafficClass.EeNetwork, 0.048, ArrivalStamp.SmallestPacket, 120),
        new(TrafficClass.EeHigh, 0.30, 80, 400),
        new(TrafficClass.EeHigh, 0.30, 500, mtu),
        new(TrafficClass.EeMedium, 0.15, 256, mtu),
        new(TrafficClass.EeLow, 0.20, mtu, mtu),
    ];

    // Every second segment is acknowledged.
    private static ArrivalShape[] Bulk(int mtu) =>
    [
        new(TrafficClass.Bulk, 2 / 3.0, mtu, mtu),
        new(TrafficClass.BulkAck, 1 / 3.0, ArrivalStamp.SmallestPacket, ArrivalStamp.SmallestPacket),
    ];

    // One to eight packets answer a request.
    private static ArrivalShape[] Interactive(int mtu) =>
    [
        new(TrafficClass.Interactive, 2 / 11.0, 80, 360),
        new(TrafficClass.Interactive, 9 / 11.0, 104, mtu),
    ];
}
