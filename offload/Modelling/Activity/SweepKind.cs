namespace IpsecDp.Modelling.Activity;

/// <summary>What a measurement varies.</summary>
public enum SweepKind
{
    /// <summary>The offered rate, from 1 % of capacity on.</summary>
    Rate,

    /// <summary>Specialty engines.</summary>
    Engines,

    /// <summary>Octets of the packets.</summary>
    Size,

    /// <summary>Tunnels, each with SAs of its own.</summary>
    Tunnels,
}
