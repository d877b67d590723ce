namespace IpsecDp.Adapters.Linux;

/// <summary>Routes into an interface.</summary>
/// <remarks>The kernel removes a route with the interface it leads into, so that nothing is left behind even by a process that was killed.</remarks>
public static class InterfaceRoutes
{
    /// <summary>Routes each prefix into the interface; throws <see cref="AdapterException"/> when there is such a route or the process may not.</summary>
    public static void Add(string device, IEnumerable<InterfaceAddress> prefixes)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        foreach (var prefix in prefixes)
        {
            IpCommand.Run("route", "add", prefix.ToString(), "dev", device);
        }
    }
}
