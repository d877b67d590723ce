namespace Control.Tests.Ike.V2.Kit;

/// <summary>What becomes of a datagram: at which delays it arrives, once for each; never for none.</summary>
internal sealed record LinkFate(params TimeSpan[] Delays)
{
    /// <summary>It arrives as soon as it can.</summary>
    public static LinkFate Arrives { get; } = new(TimeSpan.FromMilliseconds(1));

    /// <summary>It never arrives.</summary>
    public static LinkFate Lost { get; } = new();

    /// <summary>It arrives twice.</summary>
    public static LinkFate Twice { get; } = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2));

    /// <summary>It arrives late.</summary>
    public static LinkFate Late(TimeSpan delay) => new(delay);
}
