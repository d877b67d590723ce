namespace IpsecDp.Modelling.Simulation;

/// <summary>What a stage takes of a general processor at full speed, in nanoseconds: of each job (or batch, where the stage works on batches), of each packet in it and of each octet.</summary>
public sealed record StageCost(double PerJob, double PerPacket = 0, double PerOctet = 0)
{
    /// <summary>Nothing at all.</summary>
    public static StageCost None { get; } = new(0);

    /// <summary>How it scatters.</summary>
    public ServiceShape Shape { get; init; } = ServiceShape.Constant;

    /// <summary>The mean for so many packets and octets, in nanoseconds.</summary>
    public double Mean(double packets, double octets) => PerJob + (PerPacket * packets) + (PerOctet * octets);

    /// <summary>The same stage so many times dearer.</summary>
    public StageCost Times(double factor) => this with { PerJob = PerJob * factor, PerPacket = PerPacket * factor, PerOctet = PerOctet * factor };

    /// <summary>Refuses negative costs and those that are no number, with an <see cref="ArgumentException"/> that names the stage.</summary>
    public void Validate(string stage)
    {
        if (!(PerJob >= 0 && PerPacket >= 0 && PerOctet >= 0 && double.IsFinite(PerJob + PerPacket + PerOctet)))
        {
            throw new ArgumentException($"{stage}: a cost is a number of nanoseconds and not negative");
        }

        Shape.Validate();
    }
}
