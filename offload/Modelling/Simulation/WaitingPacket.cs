namespace IpsecDp.Modelling.Simulation;

/// <summary>A packet in a general processor's ring: when it came, whose it is, and how long.</summary>
internal struct WaitingPacket
{
    public double At;
    public int Lane;
    public int Octets;
}
