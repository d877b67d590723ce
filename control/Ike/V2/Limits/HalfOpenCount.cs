using IpsecDp.Ike.Models;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Limits;

/// <summary>IKE SAs a peer began and has not proved itself in, in all and by address.</summary>
internal sealed class HalfOpenCount
{
    private readonly Dictionary<IpAddress, int> _byAddress = [];

    /// <summary>All of them.</summary>
    public int Total { get; private set; }

    /// <summary>Whether another one from there is within the bounds.</summary>
    public bool Allows(IpAddress remote, LimitsModel limits) =>
        Total < limits.HalfOpen && _byAddress.GetValueOrDefault(remote) < limits.HalfOpenOfOnePeer;

    /// <summary>Those from one address.</summary>
    public int Of(IpAddress remote) => _byAddress.GetValueOrDefault(remote);

    /// <summary>One began.</summary>
    public void Add(IpAddress remote)
    {
        Total++;
        _byAddress[remote] = _byAddress.GetValueOrDefault(remote) + 1;
    }

    /// <summary>One proved itself or is gone.</summary>
    public void Remove(IpAddress remote)
    {
        Total--;
        var left = _byAddress.GetValueOrDefault(remote) - 1;
        if (left > 0)
        {
            _byAddress[remote] = left;
        }
        else
        {
            _byAddress.Remove(remote);
        }
    }
}
