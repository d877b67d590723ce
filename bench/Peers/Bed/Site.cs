using System.Net;
using IpsecDp.Adapters.Linux;

namespace IpsecDp.Peers.Bed;

/// <summary>One host of the bed.</summary>
/// <param name="Name">A or B.</param>
/// <param name="Space">Its network namespace.</param>
/// <param name="Endpoint">Its address on the link.</param>
/// <param name="Inner">Its address behind a tunnel.</param>
internal sealed record Site(string Name, NamedNetworkNamespace Space, IPAddress Endpoint, IPAddress Inner);
