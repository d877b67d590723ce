using IpsecDp.Engines;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Ipsec.Flow;

/// <summary>What an inbound SA tells of the class of packets that are not opened yet: its selectors' class, null where they name none, and what it carried last. Written by any engine, where the last one wins: it is a guess, and order does not depend on it.</summary>
internal sealed class TrafficClasses(ServiceClass? selected)
{
    private volatile byte _last = (byte)ServiceClass.Unclassified;

    /// <summary>The class of a packet with that outer TOS.</summary>
    public ServiceClass Guess(byte outerTos) => selected ?? Classification.OfPrecedence(outerTos) ?? (ServiceClass)_last;

    /// <summary>Takes notice of a packet that was opened.</summary>
    public void Learn(in FlowKey flow, byte tos)
    {
        var seen = (byte)Classification.Of(flow, tos);
        if (_last != seen)
        {
            _last = seen;
        }
    }
}
