namespace IpsecDp.Engines;

/// <summary>A piece of work a specialty processor can do; the pool knows nothing else of it.</summary>
public interface IEngineJob
{
    /// <summary>Octets of work, by which the pool judges whether handing over pays.</summary>
    int Bytes { get; }

    /// <summary>Packets of work, for the counters only.</summary>
    int Packets { get; }

    /// <summary>Does the work; called once, by an engine or by a general thread.</summary>
    void Run();
}
