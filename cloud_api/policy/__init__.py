"""Who may do what: roles, permissions, and the one table that joins them. Pure: it reads nothing and knows no request.

Usage::

    grants = (Grant(Role.RECEPTIONIST, harbour_house),)
    reach_of(grants, Permission.VISITS_VIEW)          # Reach(sites={harbour_house})
"""
