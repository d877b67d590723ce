using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Contenders;

/// <summary>One way to carry packets between the hosts of the bed.</summary>
internal interface IContender
{
    /// <summary>Its name on the command line and in documents.</summary>
    string Name { get; }

    /// <summary>What it is, in a few words.</summary>
    string Title { get; }

    /// <summary>Why it cannot take part here and what to install, or null where it can.</summary>
    string? Absence { get; }

    /// <summary>Starts both ends; throws <see cref="PeersException"/> with nothing left running.</summary>
    Tunnel SetUp(TestBed bed, CancellationToken cancellation);
}
